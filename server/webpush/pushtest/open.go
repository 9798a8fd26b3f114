package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// identified checks the sender's VAPID header: signed by the public key, for this origin,
// not for longer than a day, with an address to write to.
func identified(header, origin, public string) error {
	rest, ok := strings.CutPrefix(header, "vapid ")
	if !ok {
		return fmt.Errorf("authorized by %.40q", header)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	if fields["k"] != public {
		return fmt.Errorf("sent by %s, subscribed for %s", fields["k"], public)
	}
	point, err := web64.DecodeString(public)
	if err != nil {
		return err
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	parts := strings.Split(fields["t"], ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	signature, err := web64.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return fmt.Errorf("signature of %d bytes, %w", len(signature), err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the signature is wrong")
	}
	var head struct{ Alg, Typ string }
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := errors.Join(part(parts[0], &head), part(parts[1], &claims)); err != nil {
		return err
	}
	left := time.Until(time.Unix(claims.Exp, 0)) //nolint:forbidigo // the library that sends takes the time itself
	if head.Alg != "ES256" || claims.Aud != origin || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("%+v %+v", head, claims)
	}
	if !strings.HasPrefix(claims.Sub, "mailto:") && !strings.HasPrefix(claims.Sub, "https://") {
		return fmt.Errorf("sub is %q", claims.Sub)
	}
	return nil
}

func part(text string, to any) error {
	b, err := web64.DecodeString(text)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// decrypt opens one aes128gcm record for the browser (RFC 8188, RFC 8291).
func decrypt(body []byte, private *ecdh.PrivateKey, auth []byte) ([]byte, error) {
	const head = 16 + 4 + 1
	if len(body) < head || len(body) < head+int(body[20]) {
		return nil, errors.New("too short")
	}
	salt, size, idLen := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	theirs, sealed := body[head:head+idLen], body[head+idLen:]
	if len(sealed) > int(size) {
		return nil, fmt.Errorf("a record of %d bytes, not %d", len(sealed), size)
	}
	sender, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		return nil, err
	}
	secret, err := private.ECDH(sender)
	if err != nil {
		return nil, err
	}
	ikm, err := hkdf.Key(sha256.New, secret, auth, "WebPush: info\x00"+string(private.PublicKey().Bytes())+string(theirs), 32)
	if err != nil {
		return nil, err
	}
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	text = []byte(strings.TrimRight(string(text), "\x00"))
	if len(text) == 0 || text[len(text)-1] != 2 {
		return nil, errors.New("not the last record")
	}
	return text[:len(text)-1], nil
}
