package fold

import "strings"

// stopWords are the words that carry no meaning by themselves, as keys.
var stopWords = set(`
في من الي علي عن مع بين حتي منذ خلال حول عند عبر ضد نحو دون بدون قبل بعد تحت فوق امام وراء لدي
هذا هذه هذان هؤلاء ذلك تلك اولئك هنا هناك الذي التي الذين اللذين اللتين اللواتي اللاتي ما ماذا من ان انه انها انهم
كان كانت كانوا يكون تكون ليس ليست لا لم لن قد لقد سوف هل كل بعض جميع كافه اي ايضا كذلك كما لكن بل او ام ثم حيث اذا اذ
لو لان لانه لانها هو هي هم هن نحن انا انت انتم له لها لهم لنا به بها بهم فيه فيها منه منها عليه عليها اليه اليها
غير سوي مثل مجرد ذات ضمن وفق جدا فقط الا كي لكي بما مما وذلك وهو وهي وفي ومن وعلي والي وان ولا وما وقد التى
ديال واش باش هاد علاش برشا متاع
le la les l un une des du de d au aux ce cet cette ces c et ou ni mais donc or car ne n pas plus
je j tu il elle on nous vous ils elles me te se s lui leur leurs y en mon ma mes ton ta tes son sa ses notre nos votre vos
qui que qu quoi dont dans sur sous par pour avec sans vers chez entre pendant depuis avant apres contre selon afin
est sont etait etaient etre ete sera seront soit ai as a ont avait avons avez avoir fait faire
si comme tout toute tous toutes meme aussi tres bien trop peu quel quelle quels quelles lorsque puisque jusque ainsi
the an of to in on at by for from with and or not is are was were be been this that these those it its we our you your they their there
`)

// brokenPlurals leads the plurals that change a word's inside back to the stem
// of its singular, for the words of town life. Keys are folded and stand
// without particles; a plural that is not here is simply a word of its own.
var brokenPlurals = pairs(`
طرق طريق|طرقات طريق|مدارس مدرسه|حدائق حديقه|ملاعب ملعب|شوارع شارع|احيا حي|اطفال طفل|انهج نهج|ارصفه رصيف|مصابيح مصباح
اشجار شجره|اسواق سوق|مراكز مركز|نوادي نادي|انديه نادي|شباب شاب|شبان شاب|مساجد مسجد|مقابر مقبره|مشاريع مشروع|سكان ساكن|مياه ما
كلاب كلب|قنوات قناه|حفر حفره|معاهد معهد|مسابح مسبح|مكاتب مكتب|مسارح مسرح|متاحف متحف|قناطر قنطره|جسور جسر|منازل منزل|بيوت بيت
مناطق منطقه|مواقف موقف|الات اله|ورشات ورشه|اوراش ورشه|ازبال زبل|فضلات فضله|اسر اسره|عائلات عائله|تلاميذ تلميذ|طلبه طالب|طلاب طالب
عمال عامل|تجار تاجر|مرافق مرفق|مناهج منهج|ميادين ميدان|ساحات ساحه|شواطئ شاطئ|اوديه وادي|ابار بئر|دواوير دوار|اضوا ضو|سيول سيل|اعمده عمود
`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[Key(w)] = true
	}
	return m
}

// pairs reads "plural singular" pairs; the singular is stemmed as any word.
func pairs(text string) map[string]string {
	m := map[string]string{}
	for _, pair := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == '\n' }) {
		if f := strings.Fields(pair); len(f) == 2 {
			m[Key(f[0])] = Key(f[1])
		}
	}
	for plural, singular := range m {
		for shorter := cutBack(singular); shorter != singular; shorter = cutBack(singular) {
			singular = shorter
		}
		m[plural] = singular
	}
	return m
}
