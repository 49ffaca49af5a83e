package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
)

const (
	exampleDomain      = "api.example.com"
	exampleCertificate = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"
)

var withDomain = []func(*stage.Settings){set("DomainName", exampleDomain), set("CertificateArn", exampleCertificate)}

func TestTheDomainLeadsToTheAPI(t *testing.T) {
	tmpl := templateOf(t, "dev", withDomain...)
	_, domain := tmpl.only(t, "AWS::ApiGatewayV2::DomainName")
	want := object{
		"DomainName": "api.example.com",
		"DomainNameConfigurations": list{object{
			"CertificateArn": exampleCertificate,
			"EndpointType":   "REGIONAL",
			"SecurityPolicy": "TLS_1_2",
		}},
		"Tags": object{"project": "RetoolApi", "stage": "dev"},
	}
	if diff := cmp.Diff(want, domain); diff != "" {
		t.Errorf("domain (-want +got):\n%s", diff)
	}

	id, mapping := tmpl.only(t, "AWS::ApiGatewayV2::ApiMapping")
	wantMapping := object{
		"ApiId":      tmpl.ref(t, "AWS::ApiGatewayV2::Api"),
		"DomainName": tmpl.ref(t, "AWS::ApiGatewayV2::DomainName"),
		"Stage":      "$default",
	}
	if diff := cmp.Diff(wantMapping, mapping); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
	// The mapping names the stage by a text, so it must wait for it.
	stageID, _ := tmpl.only(t, "AWS::ApiGatewayV2::Stage")
	if diff := cmp.Diff(list{stageID}, tmpl["Resources"].(object)[id].(object)["DependsOn"]); diff != "" {
		t.Errorf("what the mapping waits for (-want +got):\n%s", diff)
	}
}

func TestOutputsOfAStageWithADomain(t *testing.T) {
	tmpl := templateOf(t, "dev", withDomain...)
	got := object{}
	for _, key := range []string{"BaseUrl", "DomainTarget", "DomainTargetZone"} {
		got[key] = tmpl["Outputs"].(object)[key].(object)["Value"]
	}
	want := object{
		"BaseUrl":          "https://api.example.com",
		"DomainTarget":     tmpl.attribute(t, "AWS::ApiGatewayV2::DomainName", "RegionalDomainName"),
		"DomainTargetZone": tmpl.attribute(t, "AWS::ApiGatewayV2::DomainName", "RegionalHostedZoneId"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestTheRegionOfTheCertificateIsCheckedIfTheStacksIsKnown(t *testing.T) {
	settings := stage.Settings{CertificateArn: exampleCertificate}
	for _, c := range []struct {
		account, region string
		refused         bool
	}{
		{"111111111111", "us-east-1", true},
		{"111111111111", "eu-west-1", false},
		{"", "us-east-1", false}, // the CLI's default, if nobody named one
		{"", "", false},
		{"111111111111", "", false},
	} {
		if err := checkRegion(settings, c.account, c.region); (err != nil) != c.refused {
			t.Errorf("account %q, region %q: %v", c.account, c.region, err)
		}
	}
}

func TestSynthRefusesACertificateOfAnotherRegion(t *testing.T) {
	t.Setenv("CDK_DEFAULT_ACCOUNT", "111111111111")
	t.Setenv("CDK_DEFAULT_REGION", "us-east-1")
	err := synth(newApp(t, object{"stage": "qa", "stages": object{"qa": object{"domainName": exampleDomain, "certificateArn": exampleCertificate}}}))
	want := "cdk.json: stages.qa.certificateArn: the certificate is in eu-west-1, but the stack would be deployed to us-east-1: " +
		"choose a certificate of that region, or set AWS_REGION=eu-west-1"
	if fmt.Sprint(err) != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
