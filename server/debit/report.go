package debit

import (
	"context"
	"fmt"

	model "shebao/shared/debit"
)

// Report is what became of a run so far: counts and amounts by authority and bank.
func (s *Service) Report(ctx context.Context, id string) (model.Report, error) {
	r, err := s.Load(ctx, id)
	if err != nil {
		return model.Report{}, err
	}
	files, err := s.Store.FilesOf(ctx, id)
	if err != nil {
		return model.Report{}, fmt.Errorf("files of run %s: %w", id, err)
	}
	return model.Summarise(r, files), nil
}
