// SPDX-License-Identifier: MIT
// The least that a create can take: one exec, one handshake in TLS 1.3, one request and its
// response, with one CA. bench_limit PORT CA-FILE; it prints the response.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void need(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "bench_limit: %s\n", what);
  exit(1);
}

static int connected(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  need(server >= 0 && connect(server, (struct sockaddr*)&address, sizeof address) == 0, "connect");
  return server;
}

int main(int argc, char** argv) {
  need(argc == 3, "usage: bench_limit PORT CA-FILE");
  need(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) == 1, "init");
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  need(context != NULL, "context");
  need(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1, "version");
  need(SSL_CTX_load_verify_file(context, argv[2]) == 1, "CA file");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);

  SSL* connection = SSL_new(context);
  need(connection != NULL && SSL_set_fd(connection, connected(atoi(argv[1]))) == 1, "connection");
  need(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), "127.0.0.1") == 1, "address");
  need(SSL_connect(connection) == 1, "handshake");

  static const char request[] =
      "POST /api/v0/management-tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"description\":\"bench\"}";
  need(SSL_write(connection, request, (int)strlen(request)) > 0, "request");
  char response[4096];
  int size = 0;
  while ((size = SSL_read(connection, response, sizeof response)) > 0) {
    need(write(STDOUT_FILENO, response, (size_t)size) == size, "write");
  }
  _exit(0);
}
