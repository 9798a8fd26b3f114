package fonts

// FormCharacters are the characters of the bold font: the words that stand on every
// certificate, figures, capitals and ASCII. Other texts (names, authorities) are set in
// the regular font, which has every character.
func FormCharacters() string {
	ascii := make([]byte, 0, 95)
	for c := byte(' '); c <= '~'; c++ {
		ascii = append(ascii, c)
	}
	return string(ascii) + "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整人民币¥负" +
		"社会保险费缴费证明编号开具日期时间姓名身份证件类型码纳税人识别起止序险种款所属税务机关电子票金额合计大小写校验" +
		"备注第页共续下演示样章，。：、（）《》「」·—“”"
}
