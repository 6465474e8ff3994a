package main

import (
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// client gets tokens for an audience that are good for a time; a negative one is over. It implements op.Client.
type client struct {
	id, audience string
	lifetime     time.Duration
}

func (c client) GetID() string { return c.id }
func (c client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeClientCredentials}
}
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (c client) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodBasic }
func (c client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (c client) IsScopeAllowed(string) bool           { return true }
func (c client) RedirectURIs() []string               { return nil }
func (c client) PostLogoutRedirectURIs() []string     { return nil }
func (c client) ResponseTypes() []oidc.ResponseType   { return nil }
func (c client) LoginURL(string) string               { return "" }
func (c client) IDTokenLifetime() time.Duration       { return c.lifetime }
func (c client) DevMode() bool                        { return false }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (c client) ClockSkew() time.Duration             { return 0 }

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:revive,staticcheck // the interface's name
	return func(scopes []string) []string { return scopes }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
