//go:build !race

package sandbox

const hungrier = 1
