package main

import (
	"regexp"
	"strings"
	"unicode"

	"retoolapi/internal/form"
	"retoolapi/lambda/api"
	"retoolapi/lambda/operations"
)

// firstQueries are the queries that the operations declare, as the form shows them.
func firstQueries() []form.Query {
	var queries []form.Query
	for _, q := range operations.FirstQueries() {
		queries = append(queries, form.Query{
			Name: queryName(q.ID), Method: q.Method, Path: queryPath(q), Status: q.Status,
			Parameters: rows(q.Parameters), Body: rows(q.Body),
			Caller: q.Caller, Rows: q.Rows, NextCursor: q.NextCursor,
		})
	}
	return queries
}

func rows(pairs [][2]string) []form.Row {
	var rows []form.Row
	for _, pair := range pairs {
		rows = append(rows, form.Row{Key: pair[0], Value: pair[1]})
	}
	return rows
}

// queryPath returns the path with the query's values in place of its parameters.
func queryPath(q api.QueriedOperation) string {
	return pathParameter.ReplaceAllStringFunc(q.Path, func(parameter string) string {
		if value, ok := q.PathParameters[strings.Trim(parameter, "{}")]; ok {
			return value
		}
		return parameter
	})
}

var wordOfID = regexp.MustCompile(`[\p{L}\p{N}]+`)

// queryName returns the id of an operation as the name of a query, which expressions
// can refer to: listOrders for list-orders.
func queryName(id string) string {
	var name strings.Builder
	for i, word := range wordOfID.FindAllString(id, -1) {
		letters := []rune(word)
		switch {
		case i > 0:
			letters[0] = unicode.ToUpper(letters[0])
		case unicode.IsLetter(letters[0]):
			letters[0] = unicode.ToLower(letters[0])
		default:
			name.WriteString("query") // a name begins with a letter
		}
		name.WriteString(string(letters))
	}
	return name.String()
}
