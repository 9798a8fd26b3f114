package push

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"shebao/shared/api"
	"shebao/shared/words"
)

// maxEndpoint bounds an endpoint's length.
const maxEndpoint = 1024

// web64 is the form of keys; browsers leave the padding out.
var web64 = base64.RawURLEncoding

// DeviceID is the id of an endpoint's device: it does not tell the endpoint.
func DeviceID(endpoint string) string {
	sum := sha256.Sum256([]byte("push\x00" + endpoint))
	return hex.EncodeToString(sum[:16])
}

// SwitchOn has the person told on the device from now on. Person, Session, Endpoint, Key
// and Auth are the caller's. An endpoint that is not at a known push service, or keys
// that are none, are refused with api.CodeInvalid.
func (s *Service) SwitchOn(ctx context.Context, d Device) error {
	if len(d.Endpoint) > maxEndpoint || s.Sender.Allowed(d.Endpoint) != nil {
		return api.Refuse(api.CodeInvalid, words.PushService)
	}
	key, err := web64.DecodeString(d.Key)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	secret, bad := web64.DecodeString(d.Auth)
	if err != nil || bad != nil || len(secret) != 16 {
		return api.Refuse(api.CodeInvalid, words.PushService)
	}
	d.ID, d.Since = DeviceID(d.Endpoint), s.Now()
	if err := s.Store.PutDevice(ctx, d); err != nil {
		return fmt.Errorf("add device %s: %w", d.ID, err)
	}
	all, err := s.Store.Devices(ctx, d.Person, MaxDevices+10)
	if err != nil {
		return fmt.Errorf("devices of %s: %w", d.Person, err)
	}
	for i := MaxDevices; i < len(all); i++ {
		if err := s.Store.RemoveDevice(ctx, d.Person, all[i].ID); err != nil {
			return fmt.Errorf("remove device %s: %w", all[i].ID, err)
		}
	}
	return nil
}

// Devices lists where the person is told, newest first.
func (s *Service) Devices(ctx context.Context, person string) ([]Device, error) {
	return s.Store.Devices(ctx, person, MaxDevices)
}

// SwitchOff ends it on one device of the person.
func (s *Service) SwitchOff(ctx context.Context, person, id string) error {
	if err := s.Store.RemoveDevice(ctx, person, id); err != nil {
		return fmt.Errorf("remove device %s: %w", id, err)
	}
	return nil
}

// Leave ends it where a session ended: on the devices of the session and, when the
// browser said which it is, on that one of the person.
func (s *Service) Leave(ctx context.Context, person, session, device string) error {
	if err := s.Store.RemoveDevicesIn(ctx, session); err != nil {
		return fmt.Errorf("remove devices of a session: %w", err)
	}
	if device == "" || person == "" {
		return nil
	}
	return s.SwitchOff(ctx, person, device)
}

// LeaveAll ends it on all devices of the person.
func (s *Service) LeaveAll(ctx context.Context, person string) error {
	if err := s.Store.RemoveDevicesOf(ctx, person); err != nil {
		return fmt.Errorf("remove devices of %s: %w", person, err)
	}
	return nil
}
