package stage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Small letters only, and no underscore:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-domainname.html
var domain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)

// IsDomain tells whether a name can be the domain of an API. The names of AWS's own
// addresses cannot.
func IsDomain(name string) bool {
	return len(name) <= 253 && domain.MatchString(name) &&
		!strings.HasSuffix(name, ".amazonaws.com") && !strings.HasSuffix(name, ".amazonaws.com.cn")
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html
var certificate = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z]+(?:-[a-z]+)+-\d+):\d{12}:certificate/[A-Za-z0-9-]+$`)

// CheckRegion returns an error if the certificate of the domain is in another region
// than the stack. API Gateway would refuse it in the middle of the deployment:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
func (s Settings) CheckRegion(region string) error {
	match := certificate.FindStringSubmatch(s.CertificateArn)
	if match == nil || match[1] == region {
		return nil
	}
	return fmt.Errorf("certificateArn: the certificate is in %s, but the stack would be deployed to %s: choose a certificate of that region, or set AWS_REGION=%[1]s", match[1], region)
}

// checkDomain returns the faults between the settings of the domain. path is the
// stage's place in cdk.json, and values are what it sets.
func checkDomain(path string, settings Settings, values map[string]any) error {
	_, name := values["domainName"]
	_, certificate := values["certificateArn"]
	var faults []error
	switch {
	case name && !certificate:
		faults = append(faults, fmt.Errorf("%s.domainName: the certificateArn is missing: write both or neither", path))
	case certificate && !name:
		faults = append(faults, fmt.Errorf("%s.certificateArn: the domainName is missing: write both or neither", path))
	}
	if !settings.DefaultEndpoint && !name {
		faults = append(faults, fmt.Errorf("%s.defaultEndpoint: false is not allowed without a domainName: the API would have no address", path))
	}
	return errors.Join(faults...)
}
