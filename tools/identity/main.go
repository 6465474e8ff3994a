// Command identity is an OpenID provider for tests: zitadel/oidc's, with a few clients in memory that get tokens by client
// credentials. It serves over TLS, and begins to sign with another key when it is told to.
package main

import (
	"crypto/rand"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

func main() {
	listen := flag.String("listen", "", "`host:port` to listen on; the issuer is https:// and this")
	cert := flag.String("cert", "", "certificate `file`")
	key := flag.String("key", "", "key `file`")
	flag.Parse()
	store := &storage{clients: map[string]client{
		"canvas":    {id: "canvas", audience: "canvas", lifetime: time.Hour},
		"elsewhere": {id: "elsewhere", audience: "another-program", lifetime: time.Hour},
		"late":      {id: "late", audience: "canvas", lifetime: -time.Hour},
	}}
	if err := store.rotate(); err != nil {
		log.Fatal(err)
	}
	config := &op.Config{}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		log.Fatal(err)
	}
	provider, err := op.NewProvider(config, store, op.StaticIssuer("https://"+*listen))
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", provider)
	mux.HandleFunc("POST /test/rotate", func(w http.ResponseWriter, _ *http.Request) {
		if err := store.rotate(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: time.Minute}
	log.Fatal(server.ListenAndServeTLS(*cert, *key))
}
