package certificate

import "shebao/shared/api"

// The refusals of these rules.
var (
	// ErrUnknown is for what does not exist or is somebody else's.
	ErrUnknown = api.NotFound("")
	// ErrRange is for months that make no range or lie too far off.
	ErrRange = api.Refuse("certificate_range", "费款所属期不正确，请重新选择起止月份（最长50年，不晚于明年12月）")
	// ErrNothing is for a range without paid contributions.
	ErrNothing = api.Refuse("certificate_nothing", "该费款所属期内没有本人参保的已缴费款，不能开具证明。请调整费款所属期后重新查询")
	// ErrTooManyRows is for a range with more contributions than a certificate states.
	ErrTooManyRows = api.Refuse("certificate_rows", "该费款所属期内的缴费记录超过1000笔，请缩小费款所属期，分次申请")
	// ErrNotFailed is for making again what did not fail.
	ErrNotFailed = api.Refuse("certificate_not_failed", "该证明正在制作或已制作成功，无需重新制作")
	// ErrNotValid is for withdrawing what is withdrawn.
	ErrNotValid = api.Refuse("certificate_not_valid", "该证明已失效，不能重复作废")
	// ErrNotIssued is for withdrawing what nobody can have yet.
	ErrNotIssued = api.Refuse("certificate_not_issued", "该证明尚未制作成功，没有可作废的证明")
	// ErrCause is for withdrawing without saying why.
	ErrCause = api.Refuse("certificate_cause", "请选择作废原因，并填写说明（200字以内）")
	// ErrOften is for applying very often.
	ErrOften = api.Refuse("certificate_often", "今日申请证明次数已达上限，请明日再试")
)
