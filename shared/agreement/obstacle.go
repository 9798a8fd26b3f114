package agreement

import "shebao/shared/period"

// Obstacle is why an agreement can't be used for a fee.
type Obstacle string

// The obstacles.
const (
	None           Obstacle = ""
	NotYet         Obstacle = "notyet"    // 次日生效
	WrongAuthority Obstacle = "authority" // 税务机关不一致
	WasRevoked     Obstacle = "revoked"   // 已撤销
	NotVerified    Obstacle = "verifying" // 验证中 or 验证失败
	HasEnded       Obstacle = "ended"     // 失效
)

// ObstacleOn tells why the agreement can't be used on the day for a fee of the
// authority, None when it can.
func (a Agreement) ObstacleOn(day period.Date, authority string) Obstacle {
	switch a.State {
	case Revoked, Revoking:
		return WasRevoked
	case Ended:
		return HasEnded
	case Signing, Verifying, Confirming, Failed:
		return NotVerified
	case Verified:
	default:
		return NotVerified
	}
	if a.Authority != authority {
		return WrongAuthority
	}
	if day.Before(a.Effective) {
		return NotYet
	}
	return None
}

// Label is the obstacle's short name on a card.
func (o Obstacle) Label() string {
	switch o {
	case NotYet:
		return "次日生效"
	case WrongAuthority:
		return "税务机关不一致"
	case WasRevoked:
		return "已撤销"
	case NotVerified:
		return "未验证成功"
	case HasEnded:
		return "失效"
	case None:
		return "验证成功"
	default:
		return string(o)
	}
}
