package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// instance is PDFium at work: a module with its memory. What it holds beside that
// memory is a stack pointer, its only variable: it has a table of functions, and no
// instruction that writes to one. So it is as it was made once both are.
type instance struct {
	module    experimental.InternalModule
	linear    *linear
	loaded    pdfium.Pdfium // closes it
	functions map[string]api.Function
	stack     [8]uint64 // a call's parameters, then its result
	variables []uint64  // as it was made
	broken    bool      // a call ended in the middle

	scratch, own uint64 // where a call writes what is no number: now, and as it was made
	scratchSize  int
}

// leastScratch is room for what most calls write.
const leastScratch = 4 << 10

func newInstance(m experimental.InternalModule, memory *linear) (*instance, error) {
	if m == nil || memory == nil {
		return nil, errors.New("its module is not told")
	}
	p := &instance{module: m, linear: memory, functions: map[string]api.Function{}}
	p.own = p.call("malloc", leastScratch)
	if p.own == 0 || p.broken {
		return nil, errors.New("it has no memory")
	}
	p.scratch, p.scratchSize = p.own, leastScratch
	for i := range m.NumGlobal() {
		p.variables = append(p.variables, m.Global(i).Get())
	}
	memory.keep()
	return p, nil
}

// restore puts the instance back as it was made; false where that cannot be, and it
// has to be thrown away.
func (p *instance) restore() bool {
	p.scratch, p.scratchSize = p.own, leastScratch
	for i, v := range p.variables {
		if p.module.Global(i).Get() != v {
			return false
		}
	}
	return !p.broken && p.linear.restore()
}

func (p *instance) memory() api.Memory { return p.module.Memory() }

// call calls one of PDFium's functions. What ends in the middle gives 0, as what
// fails does.
func (p *instance) call(name string, params ...uint64) uint64 {
	f, known := p.functions[name]
	if !known {
		f = p.module.ExportedFunction(name)
		p.functions[name] = f
	}
	stack := p.stack[:max(len(params), 1)]
	copy(stack, params)
	if err := f.CallWithStack(context.Background(), stack); err != nil {
		p.broken = true
		return 0
	}
	return stack[0]
}

// integer is the result of a call that gives a C int; less than none is none.
func (p *instance) integer(name string, params ...uint64) int {
	return max(0, int(int32(p.call(name, params...))))
}

// holds is the result of a call that gives a C boolean.
func (p *instance) holds(name string, params ...uint64) bool {
	return int32(p.call(name, params...)) != 0
}

// double is the result of a call that gives a C double.
func (p *instance) double(name string, params ...uint64) float64 {
	return math.Float64frombits(p.call(name, params...))
}

// room is the address of so many bytes for a call to write to, until the next room.
func (p *instance) room(size int) uint64 {
	if size > p.scratchSize {
		p.scratch, p.scratchSize = p.call("malloc", uint64(size)), size
	}
	return p.scratch
}

// bytes are those that stand at an address, nil where there are not so many; they may
// change with the next call.
func (p *instance) bytes(at uint64, size int) []byte {
	b, _ := p.memory().Read(uint32(at), uint32(size))
	return b
}

// doubles and floats are the numbers that stand at an address.
func (p *instance) doubles(at uint64, n int) []float64 {
	found := make([]float64, n)
	if b := p.bytes(at, 8*n); b != nil {
		for i := range found {
			found[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
	return found
}

func (p *instance) floats(at uint64, n int) []float64 {
	found := make([]float64, n)
	if b := p.bytes(at, 4*n); b != nil {
		for i := range found {
			found[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
	}
	return found
}

// utf16 is a text of so many bytes in UTF-16, without the zero at its end.
func (p *instance) utf16(at uint64, size int) string {
	b := p.bytes(at, size&^1)
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(withoutZero(units)))
}

// utf8 is a text of so many bytes, without the zero at its end.
func (p *instance) utf8(at uint64, size int) string {
	return string(withoutZero(slices.Clone(p.bytes(at, size))))
}

func withoutZero[T uint8 | uint16](s []T) []T {
	if n := len(s); n > 0 && s[n-1] == 0 {
		return s[:n-1]
	}
	return s
}
