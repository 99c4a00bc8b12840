module triptych/terraform

go 1.26.0
