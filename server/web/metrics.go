package web

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Metrics counts requests for Prometheus: by method, route and status class, with the
// time they took.
type Metrics struct {
	mu     sync.Mutex
	counts map[string]*series
	extra  []func() []Gauge
}

// Gauge is one further figure.
type Gauge struct {
	Name, Help string
	Value      int64
}

type series struct {
	requests int64
	micros   int64
	buckets  [len(bounds)]int64
}

// bounds are the upper bounds of the time buckets, in milliseconds.
var bounds = [...]int64{1, 5, 10, 25, 50, 100, 250, 1000, 10000}

// NewMetrics returns empty metrics.
func NewMetrics() *Metrics { return &Metrics{counts: map[string]*series{}} }

// Add adds a source of figures that is asked at each scrape.
func (m *Metrics) Add(source func() []Gauge) { m.extra = append(m.extra, source) }

func (m *Metrics) observe(label string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.counts[label]
	if v == nil {
		v = &series{}
		m.counts[label] = v
	}
	v.requests++
	v.micros += took.Microseconds()
	for i, ms := range bounds {
		if took.Milliseconds() < ms {
			v.buckets[i]++
		}
	}
}

func (m *Metrics) handler(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/plain; version=0.0.4")
	return c.SendString(m.text())
}

func (m *Metrics) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	b.WriteString("# HELP shebao_request_seconds Time to answer a request.\n# TYPE shebao_request_seconds histogram\n")
	labels := make([]string, 0, len(m.counts))
	for l := range m.counts {
		labels = append(labels, l)
	}
	sort.Strings(labels)
	for _, l := range labels {
		v := m.counts[l]
		for i, ms := range bounds {
			fmt.Fprintf(&b, "shebao_request_seconds_bucket{%s,le=\"%d.%03d\"} %d\n", l, ms/1000, ms%1000, v.buckets[i])
		}
		fmt.Fprintf(&b, "shebao_request_seconds_bucket{%s,le=\"+Inf\"} %d\n", l, v.requests)
		fmt.Fprintf(&b, "shebao_request_seconds_sum{%s} %d.%06d\n", l, v.micros/1e6, v.micros%1e6)
		fmt.Fprintf(&b, "shebao_request_seconds_count{%s} %d\n", l, v.requests)
	}
	for _, source := range m.extra {
		for _, g := range source() {
			fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s %d\n", g.Name, g.Help, g.Name, g.Name, g.Value)
		}
	}
	return b.String()
}

// note logs a request that changed something, failed or was slow, and counts it.
func (s *Server) note(c *fiber.Ctx, started time.Time) {
	took, status := s.Now().Sub(started), c.Response().StatusCode()
	if s.Metrics != nil {
		s.Metrics.observe(fmt.Sprintf("method=%q,route=%q,status=\"%dxx\"", c.Method(), c.Route().Path, status/100), took)
	}
	if c.Method() == fiber.MethodPost || status >= 500 || took > time.Second {
		s.Log.InfoContext(c.UserContext(), "request", "request", requestID(c), "method", c.Method(), "path", c.Path(),
			"status", status, "ms", took.Milliseconds())
	}
}
