package store

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/mongo"

	"shebao/server/account"
)

var _ account.TriedCodes = (*Store)(nil)

// LookCode returns the newest code of the purpose and phone and how often it was tried;
// false when there is none.
func (s *Store) LookCode(ctx context.Context, p account.Purpose, phone string) (account.Code, int, bool, error) {
	var d codeDoc
	err := s.db.Collection(codes).FindOne(ctx, byID(s.codeID(p, phone))).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return account.Code{}, 0, false, nil
	case err != nil:
		return account.Code{}, 0, false, fmt.Errorf("find %s: %w", codes, err)
	}
	return account.Code{Purpose: p, Phone: phone, Hash: d.Hash, Sent: d.Sent, Expires: d.Expires}, d.Tries, true, nil
}
