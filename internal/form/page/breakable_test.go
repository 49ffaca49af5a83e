package page

import "testing"

func TestAValueMayBreakBetweenWordsOnly(t *testing.T) {
	for value, want := range map[string]string{
		"POST": "POST",
		"https://a1b2.execute-api.eu-west-1.amazonaws.com":  "https://<wbr>a1b2.<wbr>execute-<wbr>api.<wbr>eu-<wbr>west-<wbr>1.<wbr>amazonaws.<wbr>com",
		"AWSCognitoIdentityProviderService.InitiateAuth":    "AWSCognito<wbr>Identity<wbr>Provider<wbr>Service.<wbr>Initiate<wbr>Auth",
		"{{ http1.body.AuthenticationResult.AccessToken }}": "{{ http1.<wbr>body.<wbr>Authentication<wbr>Result.<wbr>Access<wbr>Token }}",
		`{"REFRESH_TOKEN":"<b>&"}`:                          "{&#34;REFRESH_<wbr>TOKEN&#34;:<wbr>&#34;&lt;b&gt;&amp;&#34;}",
		"名前-1":                                              "名前-<wbr>1",
	} {
		if got := string(breakable(value)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
