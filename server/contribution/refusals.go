package contribution

import "shebao/shared/words"

// Refusal is why something can't be done now: a stable code and what people read.
type Refusal struct {
	Code    string
	Label   string // two to six characters for a tag
	Message string // what happened, who holds the data, what to do next
}

// Error is the message for people.
func (r *Refusal) Error() string { return r.Message }

// The refusals.
var (
	RefusePaid         = &Refusal{"due_paid", "已缴费", words.DuePaid}
	RefuseClosed       = &Refusal{"due_closed", "已结清", words.DueClosed}
	RefuseRefunded     = &Refusal{"declaration_refunded", "已退费", words.DeclarationRefunded}
	RefuseDeclared     = &Refusal{"due_declared", "已申报", words.DueDeclared}
	RefuseDebiting     = &Refusal{"due_debiting", "扣款处理中", words.DueDebiting}
	RefuseDeadline     = &Refusal{"due_deadline", "已过期限", words.DuePastDeadline}
	RefuseNotOpen      = &Refusal{"due_not_open", "未到缴费期", words.DueNotOpen}
	RefuseNoSetting    = &Refusal{"due_no_setting", "未设置金额", words.DueNoSetting}
	RefuseNothingToPay = &Refusal{"due_nothing", "无需缴费", words.DueNothingToPay}
	RefuseEnrolment    = &Refusal{"due_enrolment", "参保已终止", words.DueNoEnrolment}
	RefuseUnknown      = &Refusal{"due_unknown", "不存在", words.DueUnknown}
	RefuseAmount       = &Refusal{"due_amount", "金额已变化", words.DueAmountChanged}
	RefuseNothing      = &Refusal{"nothing_chosen", "未选择", words.NothingChosen}
	RefuseTooMany      = &Refusal{"too_many", "过多", words.TooManyChosen}
	RefuseMixed        = &Refusal{"mixed_authorities", "税务机关不同", words.MixedAuthorities}
	RefuseNotPayer     = &Refusal{"not_payer", "他人申报", words.NotPayer}
	RefuseVoided       = &Refusal{"declaration_voided", "已作废", words.DeclarationVoided}
	RefuseProcessing   = &Refusal{"declaration_processing", "申报处理中", words.DeclarationProcessing}
	RefuseTierRange    = &Refusal{"tier_range", "超出范围", words.TierRange}
	RefuseTierYuan     = &Refusal{"tier_yuan", "须为整元", words.TierYuan}
	RefuseYearClosed   = &Refusal{"year_closed", "未到缴费期", words.YearClosed}
	RefuseYearPaid     = &Refusal{"year_paid", "本年度已缴费", words.YearPaid}
	RefuseYearDeclared = &Refusal{"year_declared", "本年度已申报", words.YearDeclared}
	RefuseTooOften     = &Refusal{"too_often", "更改过于频繁", words.AmountTooOften}
	RefuseNoSuch       = &Refusal{"setting_unknown", "设置不存在", words.SettingUnknown}
	RefusePerson       = &Refusal{"person_unknown", "未核验", words.PersonUnknown}
	RefusePrincipal    = &Refusal{"principal_unknown", "未核验", words.PrincipalUnknown}
	RefuseOneself      = &Refusal{"principal_oneself", "本人", words.PrincipalOneself}
	RefuseLookups      = &Refusal{"principal_limit", "次数过多", words.PrincipalLimit}
	RefuseTooManySaved = &Refusal{"saved_limit", "已满", words.SavedLimit}
	RefuseKeyReused    = &Refusal{"key_reused", "请重新确认", words.KeyReused}
	RefuseAgreement    = &Refusal{"agreement_unknown", "协议不存在", words.AgreementUnknown}
	RefuseNotYet       = &Refusal{"agreement_not_yet", "次日生效", words.AgreementNotYet}
	RefuseAuthority    = &Refusal{"agreement_authority", "税务机关不一致", words.AgreementWrongAuthority}
	RefuseRevoked      = &Refusal{"agreement_revoked", "已撤销", words.AgreementWasRevoked}
	RefuseUnverified   = &Refusal{"agreement_unverified", "未验证成功", words.AgreementNotVerified}
	RefuseEnded        = &Refusal{"agreement_ended", "失效", words.AgreementEnded}
)
