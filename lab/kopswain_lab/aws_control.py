"""Orders to the lab's AWS API that no call of AWS can give."""

import json
import os
import urllib.request

ROUTE = "/kopswain-lab/"


def tell(order: str, request: dict) -> None:
    url = os.environ["AWS_ENDPOINT_URL"] + ROUTE + order
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(url, data=json.dumps(request).encode(), timeout=10).close()
