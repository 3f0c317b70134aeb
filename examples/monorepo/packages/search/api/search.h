int search(const char *words);
