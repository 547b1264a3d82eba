"""Answers for KOPS_BASE_URL: kops asks for the hash of each of its files, and nothing is ever fetched by it.

python -m kopswain_lab.asset_hashes PORT
"""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import sys


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.endswith(".sha256"):
            self.send_error(404)
            return
        # Derived from the path, so that the same spec gives the same dry run in every lab.
        body = hashlib.sha256(self.path.encode()).hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
