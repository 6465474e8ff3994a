package canvaswire

// The codes of Orcheo's authentication errors that a server of ours answers with.
const (
	CodeMissingToken = "auth.missing_token"
	CodeInvalidToken = "auth.invalid_token"
	CodeForbidden    = "auth.forbidden"
)

// AppendError appends the body of an error answer: {"detail": …}. Canvas shows it as it is, so detail is a sentence that
// says what to do.
func AppendError(dst []byte, detail string) []byte {
	dst = append(dst, `{"detail":`...)
	dst = appendText(dst, detail)
	return append(dst, '}')
}

// AppendAuthError appends the body of a 401 or 403: {"detail": {"message": …, "code": …}}.
func AppendAuthError(dst []byte, message, code string) []byte {
	dst = append(dst, `{"detail":{"message":`...)
	dst = appendText(dst, message)
	dst = append(dst, `,"code":`...)
	dst = appendText(dst, code)
	return append(dst, '}', '}')
}
