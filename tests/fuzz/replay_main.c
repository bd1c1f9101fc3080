// SPDX-License-Identifier: MIT OR Apache-2.0
// Feeds every file of the folders on the command line to a fuzz target, once: the corpus as a
// regression test.
#include "fuzz.h"

#include <dirent.h>

enum { INPUT_BYTES_MAX = 1 << 20 };

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

// The copy ends where the heap block ends: sanitizers see a read past the input.
static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail("cannot be opened", path);
    static uint8_t bytes[INPUT_BYTES_MAX];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);

    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        fail("no memory", path);
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        fail("is no folder", path);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        replay_file(file);
        count++;
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%d inputs replayed\n", count);
    return count > 0 ? 0 : 1;
}
