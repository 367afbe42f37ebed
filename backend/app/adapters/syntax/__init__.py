"""What source files show without running them: languages and the structure of syntax trees."""
