package apitest

// Texts are of all the kinds that get lost somewhere.
var Texts = []string{
	"青いペンキ",
	"👩‍👩‍👧‍👦 🇯🇵 ✍🏽",
	"صبغ أزرق \u200f(5)",
	"e\u0301 \u00e9 Å \u212b", // Combined and not: no normalisation.
	"Z̷̢̛a̶͜l̵͝g̴͠o̸",
	" \t leading and trailing \r\n",
	"\x00\x01\x1f\x7f\u0080\u2028\u2029\ufeff\ufffd\uffff",
	`"quoted" \ </script> {{ row.name }} & ' -- ;`,
	"NULL", "true", "0", "=1+1",
}
