package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// nobody is the user of the image: no name of the host's.
const nobody = 65532

// The media types of the OCI image format, version 1.
const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// descriptor names a blob.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// imageConfig is how the image runs.
type imageConfig struct {
	Created string `json:"created"`
	platform
	Config struct {
		User       string              `json:"User"`
		Env        []string            `json:"Env"`
		Entrypoint []string            `json:"Entrypoint"`
		Cmd        []string            `json:"Cmd"`
		WorkingDir string              `json:"WorkingDir"`
		Volumes    map[string]struct{} `json:"Volumes"`
		Labels     map[string]string   `json:"Labels"`
		StopSignal string              `json:"StopSignal"`
	} `json:"config"`
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []map[string]string `json:"history"`
}

// image is a tar archive of an OCI image layout (image-layout.md of the OCI image
// format), with the manifest.json that docker load read before. One layer on nothing:
// the program, the certificate authorities, and its folders.
func (p project) image(binary []byte) ([]byte, error) {
	flat, err := p.layer(binary).tar("")
	if err != nil {
		return nil, err
	}
	layer, err := zipped(flat)
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(p.imageConfig(digest(flat)))
	if err != nil {
		return nil, err
	}
	blobs := newTree(p.Date)
	put := func(kind string, data []byte) descriptor {
		d := descriptor{MediaType: kind, Digest: digest(data), Size: len(data)}
		blobs.file(blobPath(d), 0o644, data)
		return d
	}
	configured, layered := put(typeConfig, config), put(typeLayer, layer)
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": typeManifest, "config": configured, "layers": []descriptor{layered},
	})
	if err != nil {
		return nil, err
	}
	whole := put(typeManifest, manifest)
	whole.Platform = &platform{p.Arch, "linux"}
	whole.Annotations = map[string]string{"org.opencontainers.image.ref.name": p.Version, "io.containerd.image.name": "guichet:" + p.Version}
	return p.layout(blobs, whole, configured, layered)
}

// layout adds the files that say what the blobs are.
func (p project) layout(blobs *tree, whole, config, layer descriptor) ([]byte, error) {
	for _, f := range []struct {
		name    string
		content any
	}{
		{"oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"}},
		{"index.json", map[string]any{
			"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []descriptor{whole},
		}},
		{"manifest.json", []map[string]any{{
			"Config": blobPath(config), "RepoTags": []string{"guichet:" + p.Version}, "Layers": []string{blobPath(layer)},
		}}},
	} {
		data, err := json.Marshal(f.content)
		if err != nil {
			return nil, err
		}
		blobs.file(f.name, 0o644, data)
	}
	return blobs.tar("")
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func blobPath(d descriptor) string { return "blobs/sha256/" + d.Digest[len("sha256:"):] }

// layer is the image's files.
func (p project) layer(binary []byte) *tree {
	t := newTree(p.Date)
	t.file("usr/bin/guichet", 0o755, binary)
	t.file("etc/ssl/certs/ca-certificates.crt", 0o644, authorities())
	t.file("etc/passwd", 0o644, []byte("root:x:0:0:root:/:/nologin\nguichet:x:65532:65532:Guichet:/var/lib/guichet:/nologin\n"))
	t.file("etc/group", 0o644, []byte("root:x:0:\nguichet:x:65532:\n"))
	t.folder("etc/guichet", 0o755, 0)
	t.folder("tmp", 0o1777, 0)
	t.folder("var/lib/guichet", 0o700, nobody)
	t.folder("var/cache/guichet", 0o700, nobody)
	return t
}

// authorities are those that Mozilla trusts without reserve, of the version that go.sum
// names.
func authorities() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) //nolint:errcheck // into memory
		}
	}
	return out.Bytes()
}

func (p project) imageConfig(diffID string) (c imageConfig) {
	c.Created = p.Date.Format("2006-01-02T15:04:05Z")
	c.platform = platform{p.Arch, "linux"}
	c.Config.User = "65532:65532"
	c.Config.Env = []string{"PATH=/usr/bin", "HOME=/var/lib/guichet", "CACHE_DIRECTORY=/var/cache/guichet"}
	c.Config.Entrypoint, c.Config.Cmd = []string{"/usr/bin/guichet"}, []string{"run"}
	c.Config.WorkingDir = "/var/lib/guichet"
	c.Config.Volumes = map[string]struct{}{"/var/lib/guichet": {}}
	c.Config.Labels = map[string]string{"org.opencontainers.image.title": "guichet", "org.opencontainers.image.version": p.Version, "org.opencontainers.image.licenses": "MIT"}
	c.Config.StopSignal = "SIGTERM"
	c.RootFS.Type, c.RootFS.DiffIDs = "layers", []string{diffID}
	c.History = []map[string]string{{"created": c.Created, "created_by": "make package"}}
	return c
}
