package notice

import "testing"

// BenchmarkReceipt is one receipt of each verdict, from what was read to its bytes.
func BenchmarkReceipt(b *testing.B) {
	c := newComposer(b)
	for name, r := range receipts("fr") {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Receipt(envelope("fr"), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
