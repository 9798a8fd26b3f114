package page

// PathPush is where a person says on which phones they want to be told.
const PathPush = "/me/push"

// Form fields of PathPush and, for a phone that is switched off by it, of PathLogout.
const (
	PushFieldEndpoint = "endpoint" // of the browser's subscription
	PushFieldKey      = "p256dh"
	PushFieldAuth     = "auth"
	PushFieldOff      = "off"    // id of the device to switch off
	PushFieldDevice   = "device" // id of the device that logs out
)

// Push is the state of PathPush.
type Push struct {
	Key      string       `json:"key"` // the service's public key (VAPID), base64url
	Devices  []PushDevice `json:"devices,omitempty"`
	Problems []Problem    `json:"problems,omitempty"`
}

// PushDevice is a phone on which the person is told.
type PushDevice struct {
	ID    string `json:"id"`
	Since string `json:"since"` // 2026-11-23 10:32
}
