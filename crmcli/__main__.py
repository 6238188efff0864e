"""`python -m crmcli`."""

from crmcli.app import main

main()
