package apitest

// Texts are texts of the kinds that programs often change or lose.
var Texts = []string{
	"青いペンキ",
	"👩‍👩‍👧‍👦 🇯🇵 ✍🏽",
	"صبغ أزرق \u200f(5)",
	"e\u0301 \u00e9 Å \u212b", // Composed and decomposed: nothing may normalize them.
	"Z̷̢̛a̶͜l̵͝g̴͠o̸",
	" \t leading and trailing \r\n",
	"\x00\x01\x1f\x7f\u0080\u2028\u2029\ufeff\ufffd\uffff",
	`"quoted" \ </script> {{ row.name }} & ' -- ;`,
	"NULL", "true", "0", "=1+1",
}
