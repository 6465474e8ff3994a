package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// secret is every client's.
const secret = "test-secret"

var errNotHere = errors.New("this provider knows client credentials alone")

// storage is what the provider knows: clients, and the key it signs with. It implements op.Storage and op.ClientCredentialsStorage.
type storage struct {
	clients map[string]client

	mu  sync.Mutex
	key signingKey
}

// rotate begins to sign with another key, and publishes only that.
func (s *storage) rotate() error {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = signingKey{id: uuid.NewString(), private: private}
	return nil
}

func (s *storage) current() signingKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

// signingKey implements op.SigningKey.
type signingKey struct {
	id      string
	private *rsa.PrivateKey
}

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signingKey) Key() any                                    { return k.private }
func (k signingKey) ID() string                                  { return k.id }

// publicKey implements op.Key.
type publicKey struct{ signingKey }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.private.PublicKey }

func (s *storage) SigningKey(context.Context) (op.SigningKey, error) { return s.current(), nil }

func (s *storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.current()}}, nil
}

func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (s *storage) ClientCredentials(_ context.Context, id, given string) (op.Client, error) {
	c, ok := s.clients[id]
	if !ok || given != secret {
		return nil, errors.New("an unknown client, or a wrong secret")
	}
	return c, nil
}

// request is what a token is made of. It implements op.TokenRequest.
type request struct {
	client
	scopes []string
}

func (r request) GetSubject() string    { return r.id }
func (r request) GetAudience() []string { return []string{r.audience} }
func (r request) GetScopes() []string   { return r.scopes }

func (s *storage) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	return request{s.clients[id], scopes}, nil
}

func (s *storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	asked, ok := r.(request)
	if !ok {
		return "", time.Time{}, errNotHere
	}
	return uuid.NewString(), time.Now().Add(asked.lifetime), nil
}

func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	c, ok := s.clients[id]
	if !ok {
		return nil, errors.New("an unknown client")
	}
	return c, nil
}

func (s *storage) AuthorizeClientIDSecret(ctx context.Context, id, given string) error {
	_, err := s.ClientCredentials(ctx, id, given)
	return err
}

func (s *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return map[string]any{}, nil
}

func (s *storage) Health(context.Context) error { return nil }

// What is below belongs to grants that this provider does not have.

func (s *storage) CreateAuthRequest(context.Context, *oidc.AuthRequest, string) (op.AuthRequest, error) {
	return nil, errNotHere
}

func (s *storage) AuthRequestByID(context.Context, string) (op.AuthRequest, error) {
	return nil, errNotHere
}

func (s *storage) AuthRequestByCode(context.Context, string) (op.AuthRequest, error) {
	return nil, errNotHere
}

func (s *storage) SaveAuthCode(context.Context, string, string) error     { return errNotHere }
func (s *storage) DeleteAuthRequest(context.Context, string) error        { return errNotHere }
func (s *storage) TerminateSession(context.Context, string, string) error { return errNotHere }

func (s *storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, errNotHere
}

func (s *storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, errNotHere
}

func (s *storage) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return oidc.ErrInvalidRequest()
}

func (s *storage) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (s *storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

func (s *storage) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errNotHere
}

func (s *storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errNotHere
}

func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNotHere
}

func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNotHere
}
