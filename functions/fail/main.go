package main

import "triptych/shared/function"

func main() { function.Start(newHandler) }
