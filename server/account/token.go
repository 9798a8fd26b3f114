package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
)

const (
	tokenSize = 32 // bytes of a session token
	nonceSize = 8  // bytes that make every form token look different
	markSize  = 16 // bytes of a form token's proof
)

var web64 = base64.RawURLEncoding.Strict()

// newToken makes a session token and the id under which its session is kept.
func (s *Service) newToken() (token, id string, err error) {
	b := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", "", fmt.Errorf("make session token: %w", err)
	}
	token = web64.EncodeToString(b)
	return token, sessionID(token), nil
}

// sessionID hides the token: who reads the store can't log in with it.
func sessionID(token string) string {
	sum := sha256.Sum256([]byte("session\x00" + token))
	return hex.EncodeToString(sum[:])
}

// Token is the token for a session's forms (CSRF); session "" stands for a
// visitor known only by a cookie of their own. Each call gives another text, all
// of them stay good as long as the session or visitor cookie.
func (s *Service) Token(session, visitor string) string {
	b := make([]byte, nonceSize, nonceSize+markSize)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "" // CheckToken refuses it
	}
	return web64.EncodeToString(append(b, s.mark(b, session, visitor)...))
}

// CheckToken tells whether the token was made by Token for the same session, or
// for the same visitor when there is no session.
func (s *Service) CheckToken(session, visitor, token string) bool {
	b, err := web64.DecodeString(token)
	if err != nil || len(b) != nonceSize+markSize || (session == "" && visitor == "") {
		return false
	}
	return hmac.Equal(b[nonceSize:], s.mark(b[:nonceSize], session, visitor))
}

func (s *Service) mark(nonce []byte, session, visitor string) []byte {
	whose := "session\x00" + session
	if session == "" {
		whose = "visitor\x00" + visitor
	}
	return s.keyed("form\x00"+string(nonce)+"\x00"+whose, markSize)
}

// Mark is a name for the person that tells nothing about them: a browser may keep it to
// know whose the things are that it keeps.
func (s *Service) Mark(subject string) string {
	return web64.EncodeToString(s.keyed("mark\x00"+subject, markSize))
}

// keyed is a hash that only this service's key can make.
func (s *Service) keyed(text string, size int) []byte {
	mac := hmac.New(sha256.New, s.Key)
	_, _ = io.WriteString(mac, text) // a hash takes everything
	return mac.Sum(nil)[:size]
}
