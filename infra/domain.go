package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"retoolapi/infra/stage"
)

// addDomain gives the API an address of its own, if the stage has one. The certificate
// and the DNS are not the stack's: their owner names the certificate, and points the
// domain at the output DomainTarget.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
func (s *Stack) addDomain() {
	if s.settings.DomainName == "" {
		return
	}
	domain := awsapigatewayv2.NewDomainName(s.cdk, jsii.String("Domain"), &awsapigatewayv2.DomainNameProps{
		DomainName:     &s.settings.DomainName,
		Certificate:    awscertificatemanager.Certificate_FromCertificateArn(s.cdk, jsii.String("Certificate"), &s.settings.CertificateArn),
		EndpointType:   awsapigatewayv2.EndpointType_REGIONAL, // an HTTP API has no other
		SecurityPolicy: awsapigatewayv2.SecurityPolicy_TLS_1_2,
	})
	awsapigatewayv2.NewApiMapping(s.cdk, jsii.String("DomainMapping"), &awsapigatewayv2.ApiMappingProps{
		Api:        s.api,
		DomainName: domain,
		Stage:      s.apiStage,
	})
	s.output(stage.OutputDomainTarget, domain.RegionalDomainName(), "DNS: what the domain must point at")
	s.output(stage.OutputDomainTargetZone, domain.RegionalHostedZoneId(), "DNS: the hosted zone of the target, for an alias record of Route 53")
}

// baseURL is the address of the API, without a trailing slash.
func (s *Stack) baseURL() *string {
	if s.settings.DomainName != "" {
		return jsii.String("https://" + s.settings.DomainName)
	}
	return s.api.ApiEndpoint()
}
