int search(const char *words) { return words[0] != 0; }
