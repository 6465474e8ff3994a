package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
)

const ourModule = "github.com/orcheo/otelcol-canvas"

// setting is one row of a table.
type setting struct {
	key, kind, standard, words string
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	idType       = reflect.TypeFor[component.ID]()
	secretType   = reflect.TypeFor[configopaque.String]()
)

// list returns the settings below config, a pointer to a struct with its defaults.
func list(words *comments, config any) ([]setting, error) {
	return below(words, "", reflect.ValueOf(config).Elem())
}

func below(words *comments, prefix string, of reflect.Value) ([]setting, error) {
	var all []setting
	for field, value := range of.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if strings.Contains(options, "squash") && !ours(value.Type()) {
			// The Collector documents its own settings: one row leads there.
			said, err := words.of(of.Type(), field.Name)
			if err != nil {
				return nil, err
			}
			all = append(all, setting{key: prefix + "…", kind: kindOf(value.Type()), words: said})
			continue
		}
		if strings.Contains(options, "squash") {
			inner, err := below(words, prefix, value)
			if err != nil {
				return nil, err
			}
			all = append(all, inner...)
			continue
		}
		said, err := words.of(of.Type(), field.Name)
		if err != nil {
			return nil, err
		}
		rows, err := rowsOf(words, setting{key: prefix + name, words: said}, value)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// rowsOf returns the row of one field, or those of what is nested in it.
func rowsOf(words *comments, row setting, value reflect.Value) ([]setting, error) {
	t := value.Type()
	switch {
	case t.Kind() == reflect.Struct && t != idType && ours(t):
		return below(words, row.key+"::", value)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && ours(t.Elem()):
		row.kind, row.standard = "list of sections", "`[]`"
		inner, err := below(words, row.key+"[]::", reflect.New(t.Elem()).Elem())
		for i := range inner {
			inner[i].standard = ""
		}
		return append([]setting{row}, inner...), err
	}
	row.kind, row.standard = kindOf(t), standardOf(value)
	choices, err := words.choices(t)
	if len(choices) > 0 {
		row.kind = code(strings.Join(choices, "`, `"))
	}
	return []setting{row}, err
}

func ours(t reflect.Type) bool { return strings.HasPrefix(t.PkgPath(), ourModule) }

// kindOf says in an operator's words what may be written.
func kindOf(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case t == idType:
		return "component ID"
	case t == secretType:
		return "text, secret"
	case strings.HasPrefix(t.Name(), "Optional["):
		if inner, ok := t.FieldByName("value"); ok {
			return kindOf(inner.Type)
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint32, reflect.Int32:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "list of " + kindOf(t.Elem())
	case reflect.Map:
		return kindOf(t.Elem()) + " by name"
	case reflect.Struct:
		return fmt.Sprintf("[%s](https://pkg.go.dev/%s#%s)", t.String(), t.PkgPath(), t.Name())
	default:
		return t.String()
	}
}

// standardOf is the default as it is written in YAML.
func standardOf(v reflect.Value) string {
	switch {
	case v.Type() == durationType:
		return code(short(v.Interface().(time.Duration)))
	case strings.HasPrefix(v.Type().Name(), "Optional["):
		return "unset"
	case v.Type() == idType:
		return code(v.Interface().(component.ID).String())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "unset"
		}
		return standardOf(v.Elem())
	case reflect.Struct:
		return ""
	case reflect.String:
		if v.String() == "" {
			return "unset"
		}
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = fmt.Sprint(v.Index(i).Interface())
		}
		return code("[" + strings.Join(items, ", ") + "]")
	case reflect.Map:
		if v.Len() == 0 {
			return "`{}`"
		}
	}
	return code(fmt.Sprint(v.Interface()))
}

func code(s string) string { return "`" + s + "`" }

// short writes 24h0m0s as 24h.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
