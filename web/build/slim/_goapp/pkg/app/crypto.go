package app

import "github.com/maxence-charriere/go-app/v10/pkg/errors"

var errNoCrypto = errors.New("go-app's encrypted states are not part of this program")

func encrypt(string, []byte) ([]byte, error) { return nil, errNoCrypto }
func decrypt(string, []byte) ([]byte, error) { return nil, errNoCrypto }
