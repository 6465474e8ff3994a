package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	log.SetFlags(0)
	c := contents{architecture: runtime.GOARCH}
	flag.StringVar(&c.collector, "collector", "build/otelcol-canvas", "the distribution's `file`, or the router's")
	flag.StringVar(&c.registry, "registry", "ghcr.io/orcheo", "`registry` and path of the image's name")
	flag.StringVar(&c.companion, "canvasctl", "build/canvasctl", "the companion program's `file`")
	flag.StringVar(&c.version, "version", "dev", "version of the image")
	flag.StringVar(&c.revision, "revision", "", "revision of the sources")
	into := flag.String("into", "build/image", "`folder` to write: oci/ is an OCI layout, the .tar is for `docker load`")
	flag.Parse()
	img, err := image(c)
	if err == nil {
		err = write(img, *into, c)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func write(img v1.Image, folder string, c contents) error {
	if err := os.RemoveAll(filepath.Join(folder, "oci")); err != nil {
		return fmt.Errorf("empty %s: %w", folder, err)
	}
	path, err := layout.Write(filepath.Join(folder, "oci"), empty.Index)
	if err != nil {
		return fmt.Errorf("write an OCI layout: %w", err)
	}
	if err := path.AppendImage(img, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": c.version})); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	tag, err := name.NewTag(c.registry + "/" + c.name() + ":" + c.version)
	if err != nil {
		return fmt.Errorf("name the image: %w", err)
	}
	file := filepath.Join(folder, c.name()+".tar")
	if err := tarball.WriteToFile(file, tag, img); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	digest, err := img.Digest()
	if err != nil {
		return fmt.Errorf("digest of the image: %w", err)
	}
	fmt.Printf("==> %s: %s, %s\n", folder, tag, digest)
	return nil
}
