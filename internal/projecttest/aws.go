package projecttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

// StandInForAWS lets a handler answer in the place of AWS in eu-west-1 and us-west-2, until
// the end of the test. With the environment that it returns, the AWS SDK reaches the handler
// at AWS's own addresses, as in a network that has a proxy and its own certificates.
func StandInForAWS(t testing.TB, handler http.Handler) (environment []string) {
	t.Helper()
	certificate := certificateOfAWS(t)
	aws := httptest.NewUnstartedServer(handler)
	aws.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	aws.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that a test lets fail
	aws.StartTLS()
	t.Cleanup(aws.Close)
	proxy := httptest.NewServer(tunnel(aws.Listener.Addr().String()))
	t.Cleanup(proxy.Close)

	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	WriteFile(t, bundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})))
	return []string{
		"HTTPS_PROXY=" + proxy.URL, "https_proxy=" + proxy.URL, "AWS_CA_BUNDLE=" + bundle,
		"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"AWS_REGION=eu-west-1", "AWS_EC2_METADATA_DISABLED=true",
	}
}

func certificateOfAWS(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "a stand-in for AWS"},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"*.eu-west-1.amazonaws.com", "*.us-west-2.amazonaws.com"},
		IsCA:     true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// tunnel is a proxy that connects every client to one address, whichever the client
// asks for.
func tunnel(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		server, err := net.Dial("tcp", address)
		if err != nil || r.Method != http.MethodConnect {
			http.Error(w, "no tunnel", http.StatusBadGateway)
			return
		}
		client, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			server.Close()
			return
		}
		io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			defer server.Close()
			io.Copy(server, buffered)
		}()
		defer client.Close()
		io.Copy(client, server)
	}
}
