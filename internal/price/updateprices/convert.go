package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// assignment is where the providers begin in the Python package's data.py.
const assignment = "\nproviders: list[Provider] = "

// fromPython makes the JSON form of the data of the Python package, which has no JSON in it.
func fromPython(source string) ([]byte, error) {
	_, literal, ok := strings.Cut(source, assignment)
	if !ok {
		return nil, fmt.Errorf("no line that begins with %q", strings.TrimSpace(assignment))
	}
	value, err := parseLiteral(literal)
	if err != nil {
		return nil, err
	}
	plain, err := jsonable(value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// jsonable turns a literal into what encoding/json writes as genai-prices writes its own JSON: objects for constructor calls,
// without arguments that are None.
func jsonable(value any) (any, error) {
	switch v := value.(type) {
	case number:
		return json.Number(v), nil
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			plain, err := jsonable(item)
			if err != nil {
				return nil, err
			}
			list[i] = plain
		}
		return list, nil
	case map[string]any:
		return object(v)
	case call:
		return v.jsonable()
	}
	return value, nil
}

func object(members map[string]any) (any, error) {
	plain := map[string]any{}
	for name, value := range members {
		if value == nil {
			continue
		}
		member, err := jsonable(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		plain[strings.TrimSuffix(name, "_")] = member // "or" and "and" are words of Python's own
	}
	return plain, nil
}

func (c call) jsonable() (any, error) {
	switch c.name {
	case "Decimal":
		if len(c.positional) == 1 {
			if text, ok := c.positional[0].(string); ok {
				return json.Number(text), nil
			}
		}
	case "datetime.date":
		if n := c.numbers(); len(n) == 3 {
			return fmt.Sprintf("%04d-%02d-%02d", n[0], n[1], n[2]), nil
		}
	case "datetime.time":
		zone := c.named["tzinfo"]
		if n := c.numbers(); (len(n) == 2 || len(n) == 3) && (zone == "datetime.UTC" || zone == "datetime.timezone.utc") {
			return fmt.Sprintf("%02d:%02d:%02dZ", n[0], n[1], append(n, 0)[2]), nil
		}
	default:
		if len(c.positional) == 0 {
			return object(c.named)
		}
	}
	return nil, fmt.Errorf("%s with %d arguments %v and %v: not the form that is known", c.name, len(c.positional), c.positional, c.named)
}

func (c call) numbers() []int {
	var list []int
	for _, value := range c.positional {
		text, _ := value.(number)
		n, err := strconv.Atoi(string(text))
		if err != nil {
			return nil
		}
		list = append(list, n)
	}
	return list
}
