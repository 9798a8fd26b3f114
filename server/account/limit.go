package account

import (
	"context"
	"fmt"
	"time"

	"shebao/server/caller"
	"shebao/shared/api"
)

// shanghai moves windows of a day so that they begin at midnight in Shanghai.
const shanghai = 8 * time.Hour

// fromAddress bounds how often one network may try to prove who someone is.
func (s *Service) fromAddress(ctx context.Context, address string) error {
	return s.Allow(ctx, "login-address:"+caller.Network(address), s.AddressTries, 10*time.Minute)
}

// Allow counts one event of the key and refuses it with api.TooMany, which says
// when to come back, once there were more than limit in the window. A window of
// 24 hours is a day in Shanghai.
func (s *Service) Allow(ctx context.Context, key string, limit int, window time.Duration) error {
	now := s.Now()
	start := now.Add(shanghai).Truncate(window).Add(-shanghai)
	ends := start.Add(window)
	n, err := s.Limiter.Count(ctx, key+"\x00"+window.String(), start, ends)
	if err != nil {
		return fmt.Errorf("count for a limit: %w", err)
	}
	if n > limit {
		return api.TooMany(ends.Sub(now))
	}
	return nil
}
