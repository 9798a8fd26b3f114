package web

import (
	"encoding/json"
	"path"
)

const manifestType = ".webmanifest"

// Language is a language besides zh-CN in which the service can be installed.
type Language struct {
	Code string                 // BCP 47 tag, en
	Text func(zh string) string // the Chinese text in it
}

// Installed is what the service calls itself on a phone whose owner reads the language of
// a BCP 47 tag: the manifest's address and the name below the icon. A language that it is
// not installed in reads Chinese.
func (s *Assets) Installed(code string) (manifest, label string) {
	if by, ok := s.labels[code]; ok {
		return s.URL("manifest." + code + manifestType), by
	}
	return s.URL("manifest" + manifestType), s.labels[""]
}

// speak adds the manifest in a language. Its id stays, so that an app which was installed
// in another one takes over its names.
func (s *Assets) speak(l Language, label string) error {
	zh, ok := s.byName["manifest"+manifestType]
	if !ok {
		return nil
	}
	var said map[string]any
	if err := json.Unmarshal(s.files[zh.File], &said); err != nil {
		return err
	}
	said["lang"] = l.Code
	translated(said, l.Text)
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	name := "manifest." + l.Code + manifestType
	a := Asset{Name: name, URL: path.Join("/", name), Type: zh.Type, ETag: `"` + digest(string(body)) + `"`, File: name}
	s.byName[name], s.byURL[a.URL], s.files[name] = a, a, body
	s.labels[l.Code] = l.Text(label)
	return nil
}

// translated changes what a manifest says to people, at any depth.
func translated(part any, text func(string) string) {
	switch p := part.(type) {
	case map[string]any:
		for key, v := range p {
			if zh, ok := v.(string); ok && (key == "name" || key == "short_name" || key == "description") {
				p[key] = text(zh)
			}
			translated(v, text)
		}
	case []any:
		for _, v := range p {
			translated(v, text)
		}
	}
}
