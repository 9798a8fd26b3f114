// The page was begun for another answer than came, which is put aside in the worker (begin.js).
location.reload();
