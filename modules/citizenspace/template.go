package citizenspace

import (
	"fmt"
	"io/fs"

	"musharaka/config/space"

	"gopkg.in/yaml.v3"
)

// loadTemplates reads the shared templates of services, in their order.
func loadTemplates() (all []Version, err error) {
	files, err := fs.Glob(space.Files, "templates_*.yaml")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, file := range files {
		raw, err := fs.ReadFile(space.Files, file)
		if err != nil {
			return nil, err
		}
		var list []Version
		if err := yaml.Unmarshal(raw, &list); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, v := range list {
			if seen[v.Code] {
				return nil, fmt.Errorf("%s: %s stands there twice", file, v.Code)
			}
			seen[v.Code] = true
			departments := Settings{Departments: []Department{{Key: v.Department}}}
			if p := v.problems(departments); len(p) > 0 {
				return nil, fmt.Errorf("%s: %s: %s: %s", file, v.Code, p[0].Field, p[0].Message)
			}
		}
		all = append(all, list...)
	}
	return all, nil
}

// Templates returns the shared templates of services.
func (s *Service) Templates() []Version { return s.templates }

// Template returns the template with a code; NotFound when there is none.
func (s *Service) Template(code string) (Version, error) {
	for _, v := range s.templates {
		if v.Code == code {
			return v, nil
		}
	}
	return Version{}, errNoOffer
}

// usualDepartments are those the templates name.
var usualDepartments = []Department{
	{Key: "papers", Name: Words{"ar": "مصلحة الحالة المدنية", "fr": "État civil", "en": "Civil status"}},
	{Key: "planning", Name: Words{"ar": "مصلحة التهيئة والتعمير", "fr": "Urbanisme", "en": "Town planning"}},
	{Key: "finance", Name: Words{"ar": "المصلحة المالية", "fr": "Finances", "en": "Finance"}},
	{Key: "works", Name: Words{"ar": "مصلحة الأشغال والتنوير", "fr": "Travaux et éclairage", "en": "Works and lighting"}},
	{Key: "cleaning", Name: Words{"ar": "مصلحة النظافة والبيئة", "fr": "Propreté et environnement", "en": "Cleanliness and environment"}},
	{Key: "culture", Name: Words{"ar": "مصلحة الشؤون الثقافية والرياضية", "fr": "Culture et sport", "en": "Culture and sport"}},
	{Key: "police", Name: Words{"ar": "مصلحة التراتيب", "fr": "Règlements municipaux", "en": "By-laws"}},
	{Key: "voice", Name: Words{"ar": "مكتب العلاقات مع المواطن", "fr": "Relations avec le citoyen", "en": "Citizen relations"}},
}
