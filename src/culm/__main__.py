"""`python -m culm` is the console command `culm`."""

from culm.cli import main

if __name__ == "__main__":
    main()
