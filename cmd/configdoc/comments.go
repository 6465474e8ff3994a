package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
)

// comments finds what the sources of our packages say of the fields of a type, and which values a type of text may have.
type comments struct {
	root     string // folder of the module
	packages map[string]*sources
}

// sources are what one package says.
type sources struct {
	fields  map[string]string   // by Type.Field
	choices map[string][]string // by type: the values of its constants, as they are written in Go
}

// of returns the comment of a field as one line of Markdown, without the field's name at its head. A field that has none is
// an error.
func (c *comments) of(t reflect.Type, field string) (string, error) {
	said, err := c.load(t.PkgPath())
	if err != nil {
		return "", err
	}
	line := said.fields[t.Name()+"."+field]
	if line == "" {
		return "", fmt.Errorf("%s.%s has no comment: say what it does, in what unit, and what happens beyond it", t, field)
	}
	return keys(t, line), nil
}

// choices returns the values of the constants of a type of text, such as ContentPolicy; none for other types.
func (c *comments) choices(t reflect.Type) ([]string, error) {
	if t.Kind() != reflect.String || !ours(t) {
		return nil, nil
	}
	said, err := c.load(t.PkgPath())
	if err != nil {
		return nil, err
	}
	return said.choices[t.Name()], nil
}

func (c *comments) load(path string) (*sources, error) {
	if said, ok := c.packages[path]; ok {
		return said, nil
	}
	files, err := filepath.Glob(filepath.Join(c.root, strings.TrimPrefix(path, ourModule), "*.go"))
	if err != nil {
		return nil, err
	}
	said := &sources{fields: map[string]string{}, choices: map[string][]string{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, said.collect)
	}
	if c.packages == nil {
		c.packages = map[string]*sources{}
	}
	c.packages[path] = said
	return said, nil
}

func (s *sources) collect(n ast.Node) bool {
	switch spec := n.(type) {
	case *ast.TypeSpec:
		if body, ok := spec.Type.(*ast.StructType); ok {
			s.collectFields(spec.Name.Name, body)
		}
	case *ast.ValueSpec:
		if of, ok := spec.Type.(*ast.Ident); ok && len(spec.Values) == 1 {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok && value.Kind == token.STRING {
				s.choices[of.Name] = append(s.choices[of.Name], strings.Trim(value.Value, `"`))
			}
		}
	case *ast.FuncDecl:
		return false
	}
	return true
}

func (s *sources) collectFields(of string, body *ast.StructType) {
	for _, field := range body.Fields.List {
		said := field.Doc.Text()
		if said == "" {
			said = field.Comment.Text()
		}
		for _, name := range field.Names {
			s.fields[of+"."+name.Name] = sentence(name.Name, said)
		}
		if embedded, ok := field.Type.(*ast.SelectorExpr); ok && len(field.Names) == 0 {
			s.fields[of+"."+embedded.Sel.Name] = sentence(embedded.Sel.Name, said)
		}
	}
}

// leading is how a Go comment goes on after the field's name, which a table needs not.
var leading = regexp.MustCompile(`^(is|are|says) `)

// sentence turns "MaxWait is how long a poll waits." into "how long a poll waits".
func sentence(field, said string) string {
	line := strings.Join(strings.Fields(said), " ")
	line = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(line, field), ":"))
	line = strings.TrimSuffix(leading.ReplaceAllString(line, ""), ".")
	return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(line)
}

// keys writes the names of t's other fields as the keys that an operator knows.
func keys(t reflect.Type, line string) string {
	for field := range t.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if key != "" && field.Name != "URL" {
			line = regexp.MustCompile(`\b`+field.Name+`\b`).ReplaceAllString(line, "`"+key+"`")
		}
	}
	return line
}
