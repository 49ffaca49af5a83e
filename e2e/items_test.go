package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testItems creates, reads, changes and deletes an item.
func (c *cloud) testItems(t *testing.T, outputs map[string]string, refreshToken string) {
	items := outputs["BaseUrl"] + "/items"
	header := map[string]string{
		"Authorization": "Bearer " + c.accessToken(t, outputs, refreshToken),
		"Content-Type":  "application/json",
	}
	status, item := c.call(t, "POST", items, header, `{"name":"bolt","quantity":5}`)
	if status != http.StatusCreated || item["createdBy"] != "retool" {
		t.Fatalf("POST answers %d %v", status, item)
	}
	url := fmt.Sprintf("%s/%s", items, item["id"])
	if status, got := c.call(t, "GET", url, header, ""); status != http.StatusOK || !cmp.Equal(item, got) {
		t.Errorf("GET answers %d %v, want %v", status, got, item)
	}
	patch := fmt.Sprintf(`{"quantity":6,"version":%v}`, item["version"])
	if status, got := c.call(t, "PATCH", url, header, patch); status != http.StatusOK || got["quantity"] != 6.0 {
		t.Errorf("PATCH answers %d %v", status, got)
	}
	if status, got := c.call(t, "PATCH", url, header, patch); status != http.StatusConflict || got["message"] == "" {
		t.Errorf("a stale PATCH answers %d %v", status, got)
	}
	if status, got := c.call(t, "GET", items, header, ""); status != http.StatusOK || len(got["items"].([]any)) != 1 {
		t.Errorf("the list answers %d %v", status, got)
	}
	if status, _ := c.call(t, "DELETE", url, header, ""); status != http.StatusNoContent {
		t.Errorf("DELETE answers %d", status)
	}
	if status, got := c.call(t, "GET", url, header, ""); status != http.StatusNotFound || got["message"] == "" {
		t.Errorf("GET of a deleted item answers %d %v", status, got)
	}
}

// testItemsOfTwoStages creates an item in each stage. The other one does not have it.
func testItemsOfTwoStages(t *testing.T, first, second deployment) {
	for _, d := range []deployment{first, second} {
		header := map[string]string{"Authorization": "Bearer " + d.access(t), "Content-Type": "application/json"}
		items := d.outputs["BaseUrl"] + "/items"
		status, item := d.call(t, "POST", items, header, `{"name":"bolt","quantity":5}`)
		if status != http.StatusCreated {
			t.Fatalf("POST answers %d %v", status, item)
		}
		if status, got := d.call(t, "GET", items, header, ""); status != http.StatusOK || !cmp.Equal([]any{item}, got["items"]) {
			t.Errorf("the list of the stage %s answers %d %v, want only %v", d.stage, status, got, item)
		}
	}
}
