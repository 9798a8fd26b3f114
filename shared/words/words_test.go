package words_test

import (
	"testing"

	"shebao/shared/words"
)

// The wording of these is fixed by the trade: a change must be made on purpose.
func TestFixedWording(t *testing.T) {
	for got, want := range map[string]string{
		words.NoEnrolment:        "未查询到有效参保缴费信息",
		words.NoScheme:           "该缴费年度不存在有效险种",
		words.PastDeadline:       "已过缴款期限，不允许扣款",
		words.BeingDebited:       "正在扣款中，不允许重复发起扣款",
		words.DebitFailed:        "协议扣款失败，原因：",
		words.AgreementExists:    "该账户已签约，不能重复签约",
		words.AgreementRevoked:   "协议已撤销，不能重复撤销",
		words.AgreementTomorrow:  "协议次日生效，今日暂不能用于缴费",
		words.AgreementAuthority: "协议税务机关与费款税务机关不一致，不能用于本次缴费",
		words.HolderMismatch:     "持卡人姓名与缴费人姓名不一致",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
