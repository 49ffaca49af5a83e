package stage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAStageOnAWSIsRefusedWhereRequestsGoElsewhere(t *testing.T) {
	const secret = "http://user:s3cret@127.0.0.1:4566"
	for name, test := range map[string]struct {
		environ []string
		set     string // the variables that the error names
	}{
		"every service":       {[]string{"HOME=/root", "AWS_ENDPOINT_URL=" + secret}, "AWS_ENDPOINT_URL"},
		"one service":         {[]string{"AWS_ENDPOINT_URL_CLOUDFORMATION=" + secret}, "AWS_ENDPOINT_URL_CLOUDFORMATION"},
		"a service of digits": {[]string{"AWS_ENDPOINT_URL_S3=" + secret}, "AWS_ENDPOINT_URL_S3"},
		"several": {[]string{"AWS_ENDPOINT_URL_STS=" + secret, "AWS_ENDPOINT_URL=" + secret, "AWS_ENDPOINT_URL_STS=" + secret},
			"AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS"},
		"none":              {[]string{"HOME=/root", "AWS_REGION=eu-west-1"}, ""},
		"no value":          {[]string{"AWS_ENDPOINT_URL=", "AWS_ENDPOINT_URL_S3="}, ""},
		"another variable":  {[]string{"MY_AWS_ENDPOINT_URL=" + secret, "AWS_ENDPOINT=" + secret, "AWS_ENDPOINT_URLS=" + secret}, ""},
		"a value with many": {[]string{"NOTE=AWS_ENDPOINT_URL=" + secret}, ""},
	} {
		for _, stage := range []string{"dev", "prod", "locale"} {
			err := CheckEndpoints(stage, test.environ)
			if test.set == "" {
				if err != nil {
					t.Errorf("%s, stage %s: %v", name, stage, err)
				}
				continue
			}
			want := fmt.Sprintf("the stage %s is on AWS, but its requests would go to the address in %s", stage, test.set)
			if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
				t.Errorf("%s, stage %s (-want +got):\n%s", name, stage, diff)
			}
			hint := err.(interface{ Hint() string }).Hint()
			if !strings.HasPrefix(hint, "unset "+test.set+", or ") || strings.Contains(hint, "s3cret") {
				t.Errorf("%s, stage %s: the hint is %q", name, stage, hint)
			}
		}
		for _, stage := range []string{"local", "local-blue"} {
			if err := CheckEndpoints(stage, test.environ); err != nil {
				t.Errorf("%s, stage %s: %v", name, stage, err)
			}
		}
	}
}
