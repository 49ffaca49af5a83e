// Package browser opens pages in Chromium, for tests. It is its own package,
// because the libraries that control a browser are large.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

// Start starts a Chromium and stops it after the test.
func Start(t *testing.T) Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], // headless, with a new user-data-dir
		chromedp.ExecPath(path(t)),
		chromedp.NoSandbox, // root cannot use the sandbox
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1400, 900),
	)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// Tests read the clipboard, which needs a permission. A page that writes it
	// after a click needs none, and gets none.
	_, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "clipboard-read"},
		Setting:    browser.PermissionSettingGranted,
	})
	if err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return Browser{ctx}
}

func path(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROME"), "chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Fatal("no Chromium was found: install it (Debian: apt-get install chromium; or https://www.google.com/chrome/) or name it in the environment variable CHROME")
	return ""
}

// Tab is a tab of the browser. It records what its page does.
type Tab struct {
	Context context.Context // for chromedp

	mu         sync.Mutex
	requests   []string
	complaints []string
	tolerant   bool
}

// Open opens an empty tab and closes it after the test. The test fails if the
// browser has complained about a page, such as about an error in the script or a
// violation of the policy.
func (b Browser) Open(t *testing.T) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	tab := &Tab{Context: ctx}
	if err := chromedp.Listen(ctx, tab.note); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		if len(tab.complaints) > 0 && !tab.tolerant {
			t.Errorf("Chromium complains: %s", strings.Join(tab.complaints, "\n"))
		}
	})
	return tab
}

func (tab *Tab) note(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		tab.requests = append(tab.requests, event.Request.URL)
	case *log.EventEntryAdded:
		tab.complaints = append(tab.complaints, event.Entry.Text)
	case *runtime.EventExceptionThrown:
		tab.complaints = append(tab.complaints, event.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		tab.complaints = append(tab.complaints, fmt.Sprint("console.", event.Type))
	}
}

// Requests returns the addresses that the tab has requested.
func (tab *Tab) Requests() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.Clone(tab.requests)
}

// Tolerate lets the test pass although the browser complains.
func (tab *Tab) Tolerate() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.tolerant = true
}
