package redacttest

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// mixedCase writes a name in one of the cases that programs use.
func mixedCase(r *rand.Rand, name string) string {
	switch r.IntN(4) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ToUpper(name[:1]) + name[1:]
	case 2:
		b := []byte(name)
		for i := range b {
			if b[i] >= 'a' && b[i] <= 'z' && r.IntN(2) == 0 {
				b[i] -= 'a' - 'A'
			}
		}
		return string(b)
	}
	return name
}

func secretName(r *rand.Rand) string {
	name := pick(r, "password", "passwd", "secret", "token", "api_key", "access_key", "private_key", "client_secret", "apikey", "db_password",
		"auth-token", "X-Api-Key", "signing_key", "passphrase", "user.credential")
	return mixedCase(r, name)
}

// password draws what people and generators choose, without what ends a value where it stands in no quotes.
func password(r *rand.Rand) string {
	return chars(r, 1, alnum) + chars(r, between(r, 8, 30), alnum+"!#$%*+-./:=?^_~") + chars(r, 1, lower) + chars(r, 1, alnum)
}

// Credentials are the classes of what its surroundings make a secret.
func Credentials() []Class {
	framed := func(name string, secret func(*rand.Rand) string, frames ...string) Class {
		return Class{name, func(r *rand.Rand) Sample { return in(pick(r, frames...), secret(r)) }}
	}
	opaque := func(r *rand.Rand) string { return chars(r, between(r, 20, 60), base64url) + chars(r, 1, digits) }
	hex32 := func(r *rand.Rand) string { return chars(r, 32, hexDigits) }
	aws40 := func(r *rand.Rand) string { return chars(r, 18, base64std) + "aZ7" + chars(r, 19, base64std) }
	simple := func(r *rand.Rand) string { return chars(r, between(r, 9, 24), alnum) }
	return []Class{
		{"named, assigned", func(r *rand.Rand) Sample {
			return in(secretName(r)+pick(r, "=", ": ", " = ", ":=", "=>")+"%", password(r))
		}},
		{"named, quoted", func(r *rand.Rand) Sample {
			return in(secretName(r)+pick(r, "=", ": ", " = ")+pick(r, `"%"`, "'%'", "`%`"), password(r)+chars(r, 4, " ,;(){}<>&|@"))
		}},
		{"named, in JSON", func(r *rand.Rand) Sample {
			return in(`{"`+secretName(r)+`":`+pick(r, "", " ")+`"%", "n": 1}`, password(r)+chars(r, 4, " ,;(){}@'"))
		}},
		framed("named, in XML", simple, "<password>%</password>", "<client_secret>%</client_secret>"),
		framed("command line", simple, "login --password % --user me", "run --token=% now", "curl --api-key % -v"),
		framed("AWS secret key, named", aws40, "AWS_SECRET_ACCESS_KEY=%", "aws_secret_access_key = %", `{"SecretAccessKey": "%"}`),
		framed("AWS secret key, nearby", aws40, "AKIAQ7ZL2XV5N3M4B6TR,%", "our aws keys: %", "AWS %"),
		framed("Twilio", func(r *rand.Rand) string { return "SK" + hex32(r) }, "twilio: %", "Twilio key is %", "% (Twilio)"),
		framed("bearer", opaque, "Authorization: Bearer %", "authorization: bearer %", "-H 'X-Auth: Bearer %'", `{"Authorization":"Bearer %"}`, "AUTHORIZATION=Bearer+%"),
		framed("basic", func(r *rand.Rand) string {
			return base64.StdEncoding.EncodeToString([]byte(word(r) + ":" + simple(r)))
		}, "Authorization: Basic %", `"authorization": "Basic %"`, "Proxy-Authorization: Basic %"),
		framed("other schemes", opaque, "Authorization: token %", "Authorization: ApiKey %", "Authorization: %", "authorization: DPoP %"),
		framed("key header", simple, "x-api-key: %", "api-key: %", "X-Goog-Api-Key: %", "Ocp-Apim-Subscription-Key: %", `{"xi-api-key": "%"}`),
		framed("cookie", func(r *rand.Rand) string { return "sid=" + opaque(r) + "; t=" + simple(r) }, "\nCookie: %\r\nHost: a", "\nset-cookie: %\n", `{"cookie":"%"}`),
		framed("URL", func(r *rand.Rand) string { return strings.NewReplacer("/", "x", "?", "x").Replace(password(r)) },
			"postgres://app:%@db.example.com:5432/x", "mysql://root:%@127.0.0.1/x", "mongodb+srv://u:%@c0.mongodb.net/?retry=1", "redis://:%@cache:6379/0",
			"amqps://u:%@mq.example/v", "https://u:%@host.example/path", `http:\/\/u:%@host.example\/path`),
		framed("JDBC", simple, "jdbc:mysql://db/x?user=app&password=%", "jdbc:postgresql://db/x?password=%&ssl=true", "jdbc:oracle:thin:scott/%@//db:1521/x",
			"jdbc:sqlserver://db:1433;user=sa;password=%;encrypt=true"),
		framed("connection string", func(r *rand.Rand) string { return simple(r) + chars(r, 3, ",(@$&)") + simple(r) },
			"Server=db;User Id=sa;Password=%;Encrypt=true", "Data Source=x;Pwd=%;Timeout=30", "Host=x;Username=y;PASSWORD=%;"),
		framed("Azure storage", func(r *rand.Rand) string { return chars(r, 86, base64std) + "==" },
			"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=%;EndpointSuffix=core.windows.net", "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=%"),
		framed("signed URL", func(r *rand.Rand) string { return chars(r, 43, alnum) + "%3D" },
			"https://b.blob.core.windows.net/c?sv=2022-11-02&sr=b&sig=%", "https://s3.amazonaws.com/b/k?X-Amz-Signature=%", "https://x.example/?a=1&X-Goog-Signature=%&b"),
	}
}
