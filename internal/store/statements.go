package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"

	"modernc.org/sqlite"
)

// pool opens a database whose connections keep the statements that they prepared,
// by their text: planning one costs more than running it.
func pool(dsn string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeper{connector}), nil
}

// keeper makes connections that keep their statements.
type keeper struct{ driver.Connector }

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c, ok := opened.(connection)
	if !ok {
		return nil, fmt.Errorf("the driver's connection is a %T, which lacks what is needed", opened)
	}
	return &kept{connection: c, statements: map[string]*statement{}}, nil
}

// connection is what database/sql and a backup use of the driver's connection.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

// mostStatements bounds what one connection keeps; the program has fewer. What is
// beyond is prepared each time.
const mostStatements = 400

// kept is a connection with its prepared statements. database/sql uses a connection
// from one goroutine at a time.
type kept struct {
	connection
	statements map[string]*statement
}

// statement is prepared; busy while the rows of its last run are read.
type statement struct {
	driver.Stmt
	busy bool
}

// prepared is the statement of a query; nil where it is run without being kept.
func (k *kept) prepared(ctx context.Context, query string) (*statement, error) {
	if s := k.statements[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if !keeps(query) || len(k.statements) >= mostStatements {
		return nil, nil
	}
	plain, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &statement{Stmt: plain}
	k.statements[query] = s
	return s, nil
}

// keeps says whether a query is one that comes again: migrations and pragmas do not.
func keeps(query string) bool {
	switch query[:max(strings.IndexAny(query, " \n\t"), 0)] {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return true
	}
	return false
}

// ExecContext runs a statement that is kept.
func (k *kept) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.connection.ExecContext(ctx, query, args)
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs a statement that is kept, and hands it back with its rows' end.
func (k *kept) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.connection.QueryContext(ctx, query, args)
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &result{rows, s}, nil
}

// Close ends the statements with their connection.
func (k *kept) Close() error {
	for _, s := range k.statements {
		_ = s.Close() // the connection goes with them
	}
	k.statements = nil
	return k.connection.Close()
}

// result is the rows of a statement that is kept.
type result struct {
	driver.Rows
	of *statement
}

// Close lets the statement run again.
func (r *result) Close() error {
	err := r.Rows.Close()
	r.of.busy = false
	return err
}
