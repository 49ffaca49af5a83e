package dynamo_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"retoolapi/internal/projecttest"
	"retoolapi/lambda/items/dynamo"
)

// endpoint is the emulator that TestMain starts for the tests of this package.
var endpoint string

func TestMain(m *testing.M) {
	os.Exit(projecttest.WithMiniStack(func(url string) int {
		endpoint = url
		return m.Run()
	}))
}

// table is a new table with a store on it.
type table struct {
	*dynamo.Store
	t      testing.TB
	name   string
	client *dynamodb.Client // For requests that the store does not send.
}

func newTable(t testing.TB) table {
	t.Helper()
	client := dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		BaseEndpoint: &endpoint,
	})
	name := "items-" + uuid.NewString()
	key := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	text := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            &name,
		BillingMode:          types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{key("kind", types.KeyTypeHash), key("id", types.KeyTypeRange)},
		AttributeDefinitions: []types.AttributeDefinition{text("kind"), text("id")},
	})
	// The name is new. If the table exists, the SDK has sent the request again after
	// the connection failed.
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	return table{open(t, name, endpoint), t, name, client}
}

// open returns the store of a table, from an environment like the function's.
func open(t testing.TB, table, endpoint string) *dynamo.Store {
	t.Helper()
	environment := map[string]string{
		"TABLE_NAME": table, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test",
	}
	store, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// count returns how many items the table holds.
func (tb table) count() int {
	tb.t.Helper()
	out, err := tb.client.Query(tb.t.Context(), &dynamodb.QueryInput{
		TableName:                 &tb.name,
		KeyConditionExpression:    aws.String("kind = :kind"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":kind": &types.AttributeValueMemberS{Value: "item"}},
		Select:                    types.SelectCount,
	})
	if err != nil {
		tb.t.Fatal(err)
	}
	return int(out.Count)
}

// behind returns the same table with a store that reaches it through a proxy. The
// proxy calls fault for every request. If fault returns false, it has not answered
// the request, and the proxy passes it on.
func (tb table) behind(fault func(http.ResponseWriter, *http.Request, http.Handler) bool) table {
	target, err := url.Parse(endpoint)
	if err != nil {
		tb.t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fault(w, r, pass) {
			pass.ServeHTTP(w, r)
		}
	}))
	tb.t.Cleanup(func() {
		proxy.CloseClientConnections()
		proxy.Close()
	})
	tb.Store = open(tb.t, tb.name, proxy.URL)
	return tb
}

// background is for calls that have no deadline.
var background = context.Background()
