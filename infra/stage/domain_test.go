package stage

import (
	"fmt"
	"testing"
)

func TestTheSettingsOfTheDomainNeedEachOther(t *testing.T) {
	const (
		name        = `"domainName": "api.example.com"`
		certificate = `"certificateArn": "` + exampleCertificate + `"`
		off         = `"defaultEndpoint": false`
	)
	const (
		noCertificate = "cdk.json: stages.dev.domainName: the certificateArn is missing: write both or neither"
		noName        = "cdk.json: stages.dev.certificateArn: the domainName is missing: write both or neither"
		noAddress     = "cdk.json: stages.dev.defaultEndpoint: false is not allowed without a domainName: the API would have no address"
	)
	for values, want := range map[string]string{
		name:                     noCertificate,
		certificate:              noName,
		off:                      noAddress,
		name + `, ` + off:        noCertificate,
		certificate + `, ` + off: noName + "\n" + noAddress,
	} {
		refuses(t, `{"dev": {`+values+`}}`, want)
	}
	for _, values := range []string{
		name + `, ` + certificate,
		name + `, ` + certificate + `, ` + off,
		name + `, ` + certificate + `, "defaultEndpoint": true`,
		`"defaultEndpoint": true`,
	} {
		load(t, "dev", `{"dev": {`+values+`}}`)
	}
}

func TestACertificateOfAnotherRegionIsRefused(t *testing.T) {
	settings := Settings{CertificateArn: exampleCertificate}
	want := "certificateArn: the certificate is in eu-west-1, but the stack would be deployed to us-east-1: " +
		"choose a certificate of that region, or set AWS_REGION=eu-west-1"
	if err := settings.CheckRegion("us-east-1"); fmt.Sprint(err) != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if err := settings.CheckRegion("eu-west-1"); err != nil {
		t.Errorf("in its own region: %v", err)
	}
	if err := (Settings{}).CheckRegion("us-east-1"); err != nil {
		t.Errorf("without a certificate: %v", err)
	}
}
